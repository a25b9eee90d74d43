BEGIN TRANSACTION;
CREATE TABLE points (
	run_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	epoch FLOAT NOT NULL, 
	train_loss FLOAT, 
	train_acc FLOAT, 
	test_acc FLOAT, 
	PRIMARY KEY (run_id, seq), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "points" VALUES('00000001',1,0.5,2.0,0.25,NULL);
INSERT INTO "points" VALUES('00000001',2,1.0,NULL,0.25,NULL);
INSERT INTO "points" VALUES('00000001',3,1.5,0.75,0.25,NULL);
INSERT INTO "points" VALUES('00000001',4,2.0,NULL,NULL,0.625);
INSERT INTO "points" VALUES('00000004',1,0.5,2.25,0.125,NULL);
CREATE TABLE runs (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	status TEXT NOT NULL, 
	created_at FLOAT NOT NULL, 
	started_at FLOAT, 
	ended_at FLOAT, 
	network TEXT NOT NULL, 
	recipe TEXT NOT NULL, 
	device TEXT NOT NULL, 
	pid INTEGER, 
	pid_started FLOAT, 
	step INTEGER NOT NULL, 
	num_steps INTEGER NOT NULL, 
	elapsed_s FLOAT NOT NULL, 
	stop_requested BOOLEAN NOT NULL, 
	loss FLOAT, 
	train_acc FLOAT, 
	test_acc FLOAT, 
	examples_per_s FLOAT, 
	wall_examples_per_s FLOAT, 
	error TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('00000001','Tiny','finished',1790000060.0,1790000120.0,1790000180.0,'name: Tiny
input_shape: [1, 28, 28]
layers:
  - Flatten()
  - Linear(out_features=10)
','{"data":"shapes","resize":null,"batch_size":128,"lr":0.9,"epochs":2,"examples":null,"device":"auto","seed":0}','cpu',1,2.5,20,20,5.0,0,0.5,0.8,0.7,1000.0,900.0,NULL);
INSERT INTO "runs" VALUES('00000002','waits','queued',1790000240.0,NULL,NULL,'name: Tiny
input_shape: [1, 28, 28]
layers:
  - Flatten()
  - Linear(out_features=10)
','{"data":"shapes","resize":null,"batch_size":128,"lr":0.9,"epochs":2,"examples":null,"device":"auto","seed":0}','auto',NULL,NULL,0,0,0.0,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES('00000003','lost before its claim','queued',1790000300.0,NULL,NULL,'name: Tiny
input_shape: [1, 28, 28]
layers:
  - Flatten()
  - Linear(out_features=10)
','{"data":"shapes","resize":null,"batch_size":128,"lr":0.9,"epochs":2,"examples":null,"device":"auto","seed":0}','auto',4,0.0,0,0,0.0,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES('00000004','asked to stop','running',1790000360.0,1790000420.0,NULL,'name: Tiny
input_shape: [1, 28, 28]
layers:
  - Flatten()
  - Linear(out_features=10)
','{"data":"shapes","resize":null,"batch_size":128,"lr":0.9,"epochs":2,"examples":null,"device":"auto","seed":0}','cpu',3,0.0,0,0,0.0,1,2.25,0.125,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES('00000005','failed','failed',1790000540.0,1790000600.0,1790000660.0,'name: Tiny
input_shape: [1, 28, 28]
layers:
  - Flatten()
  - Linear(out_features=10)
','{"data":"shapes","resize":null,"batch_size":128,"lr":0.9,"epochs":2,"examples":null,"device":"auto","seed":0}','cpu',3,0.0,0,0,0.0,0,NULL,NULL,NULL,NULL,NULL,'no data');
CREATE INDEX runs_by_age ON runs (created_at);
COMMIT;
